# The database's shape. Only the first instance changes it; the others wait until it has.
class Schema
  # Each file is one migration, and begins with its number.
  MIGRATIONS = Dir[File.join(__dir__, 'migrations/*.sql')].map { |file| [File.basename(file).to_i, file] }.sort

  def initialize(database)
    @database = database
  end

  def migrate
    @database.execute('create table if not exists schema_migrations (version integer primary key)')
    done = version
    MIGRATIONS.each do |number, file|
      next if number <= done

      CfLite.log "migration #{File.basename(file)}"
      @database.execute("#{File.read(file)};\ninsert into schema_migrations values (:number)", number: number)
    end
  end

  def complete?
    version >= MIGRATIONS.last.first
  end

  private

  def version
    @database.rows('select coalesce(max(version), 0) as version from schema_migrations').first['version']
  end
end
