-- One page of a sorted set, by score and member.
local page = {}

local function rank_after(key, mark)
  local rank = redis.call('ZRANK', key, mark[2])
  if rank then return rank + 1 end
  return redis.call('ZCOUNT', key, '-inf', mark[1])
end

-- `limit` of them, `after` or `before` a mark = { score, member }. Returns { members, scores, earlier, later }: the last
-- two say whether there are any before and after them.
function page.read(key, limit, after, before)
  local first = 0
  if after then first = rank_after(key, after) end
  if before then
    local stop = redis.call('ZRANK', key, before[2]) or redis.call('ZCOUNT', key, '-inf', '(' .. before[1])
    first = math.max(stop - limit, 0)
  end
  local rows = redis.call('ZRANGE', key, first, first + limit - 1, 'WITHSCORES')
  local found = { members = {}, scores = {}, earlier = first > 0 }
  for n = 1, #rows, 2 do
    found.members[#found.members + 1] = rows[n]
    found.scores[#found.scores + 1] = tonumber(rows[n + 1])
  end
  found.later = first + #found.members < redis.call('ZCARD', key)
  return found
end

-- The answer of a function that lists: { members, docs, previous, next }. `docs`: what stands behind the members, if any.
function page.reply(found, docs)
  local members, scores, last = found.members, found.scores, #found.members
  return cjson.encode({
    members = members, docs = docs,
    previous = found.earlier and last > 0 and { scores[1], members[1] } or nil,
    next = found.later and last > 0 and { scores[last], members[last] } or nil,
  })
end

return page
