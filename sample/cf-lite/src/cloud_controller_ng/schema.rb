# The database's shape. Only the first instance changes it; the others wait until it has.
class Schema
  MIGRATIONS = [
    <<~SQL,
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
    SQL
    'create index apps_by_state on apps (state)'
  ].freeze

  def initialize(database)
    @database = database
  end

  def migrate
    @database.execute('create table if not exists schema_migrations (version integer primary key)')
    done = version
    MIGRATIONS.each.with_index(1) do |statements, number|
      next if number <= done

      CfLite.log "migration #{number}"
      @database.execute("#{statements};\ninsert into schema_migrations values (:number)", number: number)
    end
  end

  def complete?
    version >= MIGRATIONS.size
  end

  private

  def version
    @database.rows('select coalesce(max(version), 0) as version from schema_migrations').first['version']
  end
end
