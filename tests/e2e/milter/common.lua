-- What all scripts need. SOCKET names the filter; GTUBE in a body is spam.

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"

-- What a mail server offers: version, changes, steps. An old one waits for an answer to every step.
OLD = {2, 0x3F, 0x7F}
NEW = {6, 0x1FF, 0x1FFFFF}
ANSWERED = {6, 0x1FF, SMFIP_SKIP + SMFIP_HDR_LEADSPC}

function fail(why)
   mt.echo(why) -- an error alone is not shown
   error(why)
end

function ok(result, what)
   if result ~= nil then
      fail(what .. ": " .. tostring(result))
   end
end

function expect(reply, what)
   local found = mt.getreply(conn)
   if found ~= reply then
      fail(what .. ": " .. string.char(found) .. " instead of " .. string.char(reply))
   end
end

function continued(result, what)
   ok(result, what)
   expect(SMFIR_CONTINUE, what)
end

function visit(offer)
   conn = mt.connect(SOCKET)
   if conn == nil then
      fail("no connection")
   end
   -- Changes and steps stand on the wire in the other order than in miltertest's manual.
   ok(mt.negotiate(conn, offer[1], offer[3], offer[2]), "negotiate")
end

function envelope()
   ok(mt.conninfo(conn, "client.test", "192.0.2.7"), "connect")
   ok(mt.helo(conn, "client.test"), "helo")
   ok(mt.macro(conn, SMFIC_MAIL, "i", "4F2cT91bZbz2", "{auth_authen}", "anna"), "macros")
   ok(mt.mailfrom(conn, "<s@x.test>", "SIZE=1000"), "mail")
   ok(mt.rcptto(conn, "<r@y.test>"), "rcpt")
end

function header()
   ok(mt.header(conn, "From", "s@x.test"), "header")
   ok(mt.header(conn, "Subject", "hello"), "header")
end

function message(body)
   envelope()
   header()
   ok(mt.bodystring(conn, body), "body")
   ok(mt.eom(conn), "end of message")
end

function changed(what, ...)
   if not mt.eom_check(conn, ...) then
      fail(what .. " is missing")
   end
end

function unchanged(what, ...)
   if mt.eom_check(conn, ...) then
      fail(what .. " was not expected")
   end
end

-- The whole text of a reply: miltertest knows no part of it.
function refused(code, status, text)
   expect(SMFIR_REPLYCODE, "end of message")
   changed("reply " .. code, MT_SMTPREPLY, code, status, text)
   unchanged("a header", MT_HDRINSERT)
end

function marked(flag)
   expect(SMFIR_ACCEPT, "end of message")
   changed("X-Spam-Flag", MT_HDRINSERT, "X-Spam-Flag", flag)
   changed("X-Spam-Status", MT_HDRINSERT, "X-Spam-Status")
   changed("X-Hamgate-Report", MT_HDRINSERT, "X-Hamgate-Report")
   unchanged("a new body", MT_BODYCHANGE)
end
