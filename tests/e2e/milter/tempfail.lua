-- A message that cannot be judged.
dofile(COMMON)
visit(NEW)
message("no verdict\r\n")
refused("451", "4.3.0", "The message cannot be checked now, try again later")
mt.disconnect(conn)
