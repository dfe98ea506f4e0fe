-- A message may be given up at any stage, and twice; the next one knows nothing of it.
dofile(COMMON)
visit(OLD)
local stages = {
   function() end,
   function() ok(mt.rcptto(conn, "<r@y.test>"), "rcpt") end,
   function() ok(mt.header(conn, "Subject", "x"), "header") end,
   function() ok(mt.bodystring(conn, GTUBE), "body") end,
}
ok(mt.conninfo(conn, "client.test", "192.0.2.7"), "connect")
ok(mt.helo(conn, "client.test"), "helo")
for last = 1, #stages do
   ok(mt.mailfrom(conn, "<s@x.test>"), "mail")
   for stage = 1, last do stages[stage]() end
   ok(mt.abort(conn), "abort")
   ok(mt.abort(conn), "abort")
end
ok(mt.mailfrom(conn, "<s@x.test>"), "mail")
ok(mt.rcptto(conn, "<r@y.test>"), "rcpt")
ok(mt.header(conn, "Subject", "x"), "header")
ok(mt.eom(conn), "end of message")
marked("NO")
mt.disconnect(conn)
