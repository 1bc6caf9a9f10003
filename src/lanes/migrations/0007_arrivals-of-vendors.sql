-- online, not breaking
-- Each process looks for the newest work of vendors, so that it finds work of another process at once, however many
-- vendors have work. Reverse transactions are looked for by themselves.
create index concurrently if not exists messages_of_vendors on lanes.messages (id) where tenant > 0 and lane > 0;
create index concurrently if not exists urgent_messages_of_vendors on lanes.messages (id) where tenant > 0 and lane = 0;
