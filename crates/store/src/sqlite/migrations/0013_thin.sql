-- The days of which an answer says nothing: it lacked bars there that stay in force
-- until another lacks them too, as it may have been half of one. Without a first day
-- from the beginning on; without a last one there are none, or nobody noted them.
ALTER TABLE answer ADD COLUMN thin_from INTEGER;
ALTER TABLE answer ADD COLUMN thin_to INTEGER;
