-- A mail server may go at any stage, politely or not.
dofile(COMMON)
for _, polite in ipairs({true, false}) do
   visit(NEW)
   mt.disconnect(conn, polite)
   visit(NEW)
   envelope()
   mt.disconnect(conn, polite)
   visit(NEW)
   envelope()
   header()
   ok(mt.bodystring(conn, GTUBE), "body")
   mt.disconnect(conn, polite)
end
visit(NEW)
message("Good morning.\r\n")
marked(" NO")
mt.disconnect(conn)
