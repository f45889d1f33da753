-- Drops these files, and files whose time is over.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { drop = { file } }
-- Returns: { dropped }
local files = use('media.files')

return function(tx, args)
  for _, file in ipairs(args.drop) do files.drop(tx, file) end
  files.drop_ended(tx)
  return cjson.encode({ dropped = true })
end
