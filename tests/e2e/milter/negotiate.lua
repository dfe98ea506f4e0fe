-- What is agreed on: changes of the header and the quarantine, no step that nobody needs, answers only at the end.
dofile(COMMON)
visit(NEW)
for _, action in ipairs({SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_QUARANTINE}) do
   if not mt.test_action(conn, action) then fail("action " .. action .. " is not asked for") end
end
for _, action in ipairs({SMFIF_CHGBODY, SMFIF_ADDRCPT, SMFIF_DELRCPT, SMFIF_CHGFROM}) do
   if mt.test_action(conn, action) then fail("action " .. action .. " is asked for") end
end
for _, step in ipairs({SMFIP_NOUNKNOWN, SMFIP_NODATA, SMFIP_NOEOH, SMFIP_NR_HDR, SMFIP_NR_CONN, SMFIP_NR_HELO,
                       SMFIP_NR_MAIL, SMFIP_NR_RCPT, SMFIP_NR_BODY, SMFIP_HDR_LEADSPC}) do
   if not mt.test_option(conn, step) then fail("option " .. step .. " is not asked for") end
end
for _, step in ipairs({SMFIP_NOCONNECT, SMFIP_NOHELO, SMFIP_NOMAIL, SMFIP_NORCPT, SMFIP_NOBODY, SMFIP_NOHDRS,
                       SMFIP_RCPT_REJ}) do
   if mt.test_option(conn, step) then fail("option " .. step .. " is asked for") end
end
mt.disconnect(conn)
visit(OLD)
if mt.test_option(conn, SMFIP_NR_HDR) then fail("an old mail server cannot do that") end
mt.disconnect(conn)
