
-- Gives back what was taken, by the moment that the answer to it had: microseconds, and for a steady
-- rate the nanoseconds after them until when it was used.
for _, quota in ipairs(read(7)) do
    if quota.used > 0 then
        quota.kind.refund(quota, tonumber(ARGV[quota.more]), tonumber(ARGV[quota.more + 1]))
        if quota.used > 0 then
            quota.kind.write(quota)
        else
            redis.call('DEL', quota.key)
        end
    end
end
return redis.status_reply('OK')
