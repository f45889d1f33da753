-- Takes room for a new file, or keeps an existing file for longer. Files whose time is over are dropped first.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { file, size (bytes; of a new one), ends (ms), most (bytes of all files together) }
-- Returns: { kept }
local keys = use('storage.keys')
local files = use('media.files')

local function extend(tx, file, ends)
  return redis.call('PEXPIRE', keys.file(tx, file), math.max(ends - tx.now, 1)) == 1
end

return function(tx, args)
  files.drop_ended(tx)
  local kept
  if args.size then
    kept = files.take_room(tx, args.file, args.size, args.most)
  else
    kept = extend(tx, args.file, args.ends)
  end
  if kept then files.set_end(tx, args.file, args.ends) end
  return cjson.encode({ kept = kept })
end
