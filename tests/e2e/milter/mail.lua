-- Senders with and without brackets, parameters, and the empty one of a bounce.
dofile(COMMON)
for _, sender in ipairs({"<s@x.test>", "s@x.test", "<>"}) do
   visit(OLD)
   continued(mt.conninfo(conn, "client.test", "192.0.2.7"), "connect")
   continued(mt.helo(conn, "client.test"), "helo")
   continued(mt.mailfrom(conn, sender, "SIZE=1000", "BODY=8BITMIME"), "mail")
   mt.disconnect(conn)
end
