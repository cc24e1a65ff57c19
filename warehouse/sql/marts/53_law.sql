-- grain: one row per state: whether adverts must show pay, since when and for whom
-- Of several files the one that states the later law counts.
CREATE TABLE law AS
SELECT
    country,
    state,
    state_name,
    required,
    since_year,
    min_employees,
    threshold_raw,
    postings,
    disclosure
FROM posting_law
WHERE NOT duplicate
QUALIFY row_number() OVER (
    PARTITION BY country, state
    ORDER BY since_year DESC NULLS LAST, postings DESC NULLS LAST, load_id, row_no
) = 1;
