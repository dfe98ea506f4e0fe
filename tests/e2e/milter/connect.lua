-- The client's address may be of any kind; nothing is decided by it alone.
dofile(COMMON)
for _, address in ipairs({"192.0.2.7", "2001:db8::1", "unspec"}) do
   visit(OLD)
   continued(mt.conninfo(conn, "client.test", address), "connect " .. address)
   mt.disconnect(conn)
end
