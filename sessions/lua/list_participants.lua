-- One page of a Session's Participants, oldest first, with those who have left. A mark is a place in that order.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, limit, after or before = { place } }
-- Returns: { session (SID), docs, previous, next } or { error }
local reply = use('storage.reply')
local close = use('sessions.close')
local former = use('sessions.former')
local session = use('sessions.session')

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  close.close_if_expired(tx, s)
  local first = args.after and args.after[1] + 1 or args.before and math.max(args.before[1] - args.limit, 1) or 1
  local last = args.before and args.before[1] - 1 or first + args.limit - 1
  local docs = former.range(tx, s, first, last)
  return cjson.encode({
    session = s.sid, docs = docs,
    previous = docs[1] and first > 1 and { first, '' } or nil,
    next = docs[1] and last < s.joined and { last, '' } or nil,
  })
end
