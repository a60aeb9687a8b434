require 'openssl'
require 'securerandom'

# The users, in the database; only a salted digest of a password is kept.
class Accounts
  ROUNDS = 20_000
  SCHEMA = <<~SQL.freeze
    create table if not exists accounts (
      name text primary key, salt text not null, digest text not null, scopes text not null
    )
  SQL

  def initialize(database)
    @database = database
  end

  # `users`: lines of the form name|password|scope,scope. They are what the cluster's configuration wants, so they win.
  def fill(users)
    @database.execute(SCHEMA)
    users.each do |line|
      name, password, scopes = line.split('|')
      salt = SecureRandom.hex(16)
      @database.execute(<<~SQL, name: name, salt: salt, digest: digest(password, salt), scopes: scopes.to_s)
        insert into accounts (name, salt, digest, scopes) values (:name, :salt, :digest, :scopes)
        on conflict (name) do update set salt = excluded.salt, digest = excluded.digest, scopes = excluded.scopes
      SQL
    end
  end

  # The scopes of the user, or nil when name and password do not belong together.
  def scopes_of(name, password)
    account = @database.rows('select * from accounts where name = :name', name: name).first
    return nil unless account
    return nil unless OpenSSL.fixed_length_secure_compare(account['digest'], digest(password, account['salt']))

    account['scopes'].split(',')
  end

  private

  def digest(password, salt)
    OpenSSL::KDF.pbkdf2_hmac(password, salt: salt, iterations: ROUNDS, length: 32, hash: 'SHA256').unpack1('H*')
  end
end
