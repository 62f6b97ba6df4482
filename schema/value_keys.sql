-- The keys whose values are in table attribute_value.
SELECT DISTINCT single.value
FROM dataset CROSS JOIN json_each(dataset.options, '$.values') AS single
ORDER BY 1;
