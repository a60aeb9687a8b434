create table apps (
  id serial primary key,
  guid text not null unique,
  name citext not null unique,
  creator text not null,
  instances integer not null default 1,
  state text not null default 'STARTED',
  bits_sha1 text not null,
  created_at timestamptz not null default now()
)
