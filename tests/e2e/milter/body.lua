-- Parts of the body; those beyond the limit are not asked for, if that can be said.
dofile(COMMON)
visit(ANSWERED)
envelope()
header()
continued(mt.eoh(conn), "end of header")
continued(mt.bodystring(conn, "Good morning.\r\n"), "body")
continued(mt.bodyrandom(conn, 1000), "body")
local count = 0
repeat
   ok(mt.bodystring(conn, string.rep("0123456789abcdef\r\n", 3000)), "body")
   count = count + 1
until mt.getreply(conn) == SMFIR_SKIP or count == 100
if count == 100 then fail("no end of the body is asked for") end
ok(mt.eom(conn), "end of message")
marked(" NO")
mt.disconnect(conn)
