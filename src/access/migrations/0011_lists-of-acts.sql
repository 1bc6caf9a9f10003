-- transactional, not breaking
create index audit_log_by_book on access.audit_log (book_id, number);
create index audit_log_by_actor on access.audit_log (actor, number);
create index audit_log_by_subject on access.audit_log (subject, number);
create index audit_log_by_time on access.audit_log (recorded_at, number);
