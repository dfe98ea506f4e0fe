-- Many recipients are no matter.
dofile(COMMON)
visit(OLD)
envelope()
expect(SMFIR_CONTINUE, "rcpt")
for number = 1, 1000 do
   continued(mt.rcptto(conn, "<r" .. number .. "@y.test>", "NOTIFY=NEVER"), "rcpt")
end
header()
ok(mt.eom(conn), "end of message")
marked("NO")
mt.disconnect(conn)
