require 'securerandom'

# The applications that users want, in the database.
class Apps
  def initialize(database)
    @database = database
  end

  # Nil when the name is taken.
  def create(name:, creator:, instances:, bits_sha1:)
    values = { guid: SecureRandom.uuid, name: name, creator: creator, instances: instances, sha: bits_sha1 }
    @database.rows(<<~SQL, values).first
      insert into apps (guid, name, creator, instances, bits_sha1) values (:guid, :name, :creator, :instances, :sha)
      on conflict (name) do nothing returning *
    SQL
  end

  def all
    @database.rows('select * from apps order by id')
  end

  def find(guid)
    @database.rows('select * from apps where guid = :guid', guid: guid).first
  end

  def scale(guid, instances:, state:)
    @database.rows(<<~SQL, guid: guid, instances: instances, state: state).first
      update apps set instances = :instances, state = :state where guid = :guid returning *
    SQL
  end

  def use_bits(guid, bits_sha1)
    @database.rows('update apps set bits_sha1 = :sha where guid = :guid returning *', guid: guid, sha: bits_sha1).first
  end

  def delete(guid)
    @database.rows('delete from apps where guid = :guid returning *', guid: guid).first
  end
end
