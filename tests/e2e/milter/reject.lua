dofile(COMMON)
for _, offer in ipairs({NEW, OLD}) do
   visit(offer)
   message(GTUBE)
   refused("550", "5.7.1", "Message refused as spam [ref REF] for its words; if it is not, " ..
           "contact postmaster of this site and quote the reference")
   mt.disconnect(conn)
end
