-- A row that is held twice for one reason.
SELECT row_ref AS row_id, code AS found FROM quarantine
GROUP BY row_ref, code
HAVING count(*) > 1
