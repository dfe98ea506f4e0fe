-- Ham and spam on one connection; nothing is left of the one for the other.
dofile(COMMON)
for _, offer in ipairs({NEW, OLD}) do
   visit(offer)
   local space = offer == NEW and " " or ""
   message("Good morning.\r\n")
   marked(space .. "NO")
   ok(mt.mailfrom(conn, "<s@x.test>"), "mail")
   ok(mt.rcptto(conn, "<tag@y.test>"), "rcpt")
   ok(mt.bodystring(conn, GTUBE), "body")
   ok(mt.eom(conn), "end of message")
   marked(space .. "YES")
   unchanged("quarantine", MT_QUARANTINE)
   mt.disconnect(conn)
end
