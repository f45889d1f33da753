#!lua
-- Drops files, and what has ended.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { drop = { file } }
-- Returns: { dropped }
-- use: base, moment, files
for _, file in ipairs(args.drop) do drop_file(file) end
drop_ended(moment())
return cjson.encode({ dropped = true })
