-- Where a mail server has this stage and cannot leave it out, it is answered.
dofile(COMMON)
visit(ANSWERED)
envelope()
continued(mt.data(conn), "data")
header()
ok(mt.eom(conn), "end of message")
marked(" NO")
mt.disconnect(conn)
