-- The records of dataset ?1 that are among the numbers of another one, in order.
SELECT record_id FROM _moved_record CROSS JOIN gff USING (record_id)
WHERE gff.dataset = ?1
ORDER BY record_id;
