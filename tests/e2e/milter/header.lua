-- Fields are answered one by one where somebody waits for it. Forged ones go, whatever their spelling.
dofile(COMMON)
for _, offer in ipairs({OLD, ANSWERED, NEW}) do
   visit(offer)
   envelope()
   ok(mt.header(conn, "X-Spam-Flag", "NO"), "header")
   if offer ~= NEW then expect(SMFIR_CONTINUE, "header") end
   ok(mt.header(conn, "x-spam-flag", "NO"), "header")
   ok(mt.header(conn, "X-Hamgate-Hold", "yes"), "header")
   ok(mt.header(conn, "Subject", "hello"), "header")
   ok(mt.eom(conn), "end of message")
   expect(SMFIR_ACCEPT, "end of message")
   changed("deletion", MT_HDRDELETE, "x-spam-flag")
   changed("deletion", MT_HDRDELETE, "x-hamgate-hold")
   unchanged("deletion", MT_HDRDELETE, "Subject")
   -- A value begins right behind the colon, or the mail server puts a space there itself.
   changed("X-Spam-Flag", MT_HDRINSERT, "X-Spam-Flag", offer == OLD and "NO" or " NO", 0)
   mt.disconnect(conn)
end
