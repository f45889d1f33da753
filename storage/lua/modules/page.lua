-- Reads one page of a sorted set, in the order of score and member.
local page = {}

local function rank_after(key, mark)
  local rank = redis.call('ZRANK', key, mark[2])
  if rank then return rank + 1 end
  return redis.call('ZCOUNT', key, '-inf', mark[1])
end

-- Reads up to `limit` members `after` or `before` a mark = { score, member }. Returns { members, scores, earlier, later
-- }: the last two tell whether the set has members before and after this page.
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

-- Returns the answer of a function that lists: { members, docs, previous, next }. `docs`: the members' documents, if
-- any.
function page.reply(found, docs)
  local members, scores, last = found.members, found.scores, #found.members
  return cjson.encode({
    members = members, docs = docs,
    previous = found.earlier and last > 0 and { scores[1], members[1] } or nil,
    next = found.later and last > 0 and { scores[last], members[last] } or nil,
  })
end

return page
