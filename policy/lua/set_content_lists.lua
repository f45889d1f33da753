#!lua
-- Sets what the content policy leaves alone, and a Service's own word lists.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { fields = { allowed | words:<language> → sealed }, gone = fields to remove, most = lists, random }
-- Returns: { done } or { full } (that would be too many) or { error }
-- use: known, emit
local now = clock()
if not service() then return fail(20404) end
local lists, names = redis.call('HLEN', K.content_lists()) - redis.call('HEXISTS', K.content_lists(), 'allowed'), {}
for field in pairs(args.fields) do
  if field ~= 'allowed' then lists = lists + 1 - redis.call('HEXISTS', K.content_lists(), field) end
  names[#names + 1] = field
end
if lists > args.most then return cjson.encode({ full = true }) end
for field, sealed in pairs(args.fields) do redis.call('HSET', K.content_lists(), field, sealed) end
for _, field in ipairs(args.gone) do
  redis.call('HDEL', K.content_lists(), field)
  names[#names + 1] = field
end
renew_version()
-- Names alone: what is allowed may be somebody's number.
emit(now, 'service.content_lists', '', { changed = names })
return cjson.encode({ done = true })
