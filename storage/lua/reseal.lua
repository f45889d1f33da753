-- Replaces sealed values, wherever they are in one key. A new value is as long as the old one, so that also a
-- MessagePack stays whole. What has changed meanwhile is not found any more and stays as it is.
-- KEYS: 1 the key
-- ARGV: 1 JSON { key (the same), values = { { old, new, field (of a hash) }, … } }. A hash may have a million fields:
--   only those that are named are read.
-- Returns: { replaced = how many texts were changed }
local function changed(text, values)
  for _, pair in ipairs(values) do
    text = string.gsub(text, (string.gsub(pair[1], '%p', '%%%0')), pair[2])
  end
  return text
end

-- Each gives the function that writes the texts of its type that have changed, one by one.
local function rewrite(key, kind, values, write)
  if kind == 'string' then
    local text = redis.call('GET', key)
    write(text, changed(text, values), function(new) redis.call('SET', key, new, 'KEEPTTL') end)
  elseif kind == 'hash' then
    for _, pair in ipairs(values) do
      local field = pair[3]
      local text = redis.call('HGET', key, field)
      if text then write(text, changed(text, { pair }), function(new) redis.call('HSET', key, field, new) end) end
    end
  elseif kind == 'list' then
    for n, text in ipairs(redis.call('LRANGE', key, 0, -1)) do
      write(text, changed(text, values), function(new) redis.call('LSET', key, n - 1, new) end)
    end
  end
end

return function(_, args)
  local count = 0
  rewrite(args.key, redis.call('TYPE', args.key).ok, args.values, function(old, new, save)
    if new == old then return end
    save(new)
    count = count + 1
  end)
  return cjson.encode({ replaced = count })
end
