-- use: base
-- One page of a sorted set, by score and member. args: { limit, after = { score, member } or before = { … } }.
local function rank_after(key, mark)
  local rank = redis.call('ZRANK', key, mark[2])
  if rank then return rank + 1 end
  return redis.call('ZCOUNT', key, '-inf', mark[1])
end

-- Returns the members, the scores, and whether there are any before and after them.
local function page(key)
  local first = 0
  if args.after then first = rank_after(key, args.after) end
  if args.before then
    local stop = redis.call('ZRANK', key, args.before[2]) or redis.call('ZCOUNT', key, '-inf', '(' .. args.before[1])
    first = math.max(stop - args.limit, 0)
  end
  local rows = redis.call('ZRANGE', key, first, first + args.limit - 1, 'WITHSCORES')
  local members, scores = {}, {}
  for n = 1, #rows, 2 do
    members[#members + 1] = rows[n]
    scores[#scores + 1] = tonumber(rows[n + 1])
  end
  return members, scores, first > 0, first + #members < redis.call('ZCARD', key)
end

local function paged(members, scores, earlier, later, docs)
  local last = #members
  return cjson.encode({
    members = members, docs = docs,
    previous = earlier and last > 0 and { scores[1], members[1] } or nil,
    next = later and last > 0 and { scores[last], members[last] } or nil,
  })
end
