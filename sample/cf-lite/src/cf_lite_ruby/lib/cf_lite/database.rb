require 'open3'

module CfLite
  # PostgreSQL through its own client program: each statement is a connection of its own, so a database that was away
  # is simply there again.
  class Database
    class Error < StandardError; end

    PACKAGE = '/var/vcap/packages/libpq'.freeze

    # `settings`: address, port, name, user, password.
    def initialize(settings)
      @psql = Dir["#{PACKAGE}/usr/lib/postgresql/*/bin/psql"].last || 'psql'
      @environment = {
        'PGHOST' => settings['address'], 'PGPORT' => settings['port'].to_s, 'PGDATABASE' => settings['name'],
        'PGUSER' => settings['user'], 'PGPASSWORD' => settings['password'], 'PGCONNECT_TIMEOUT' => '5',
        'PGOPTIONS' => '-c client_min_messages=warning',
        'LD_LIBRARY_PATH' => Dir["#{PACKAGE}/usr/lib/*-linux-gnu"].join(':')
      }
    end

    # The rows of one statement (also one with `returning`) as hashes. `:name` stands for a value.
    def rows(statement, values = {})
      JSON.parse(run("with r as (#{fill(statement, values)}) select coalesce(json_agg(r), '[]') from r;"))
    end

    # One or more statements, all of them or none.
    def execute(statements, values = {})
      run("begin;\n#{fill(statements, values)};\ncommit;")
      nil
    end

    private

    def fill(statement, values)
      statement.gsub(/(?<!:):([a-z_]+)/) { literal(values.fetch($1.to_sym)) }
    end

    def literal(value)
      return 'null' if value.nil?
      return value.to_s if value.is_a?(Integer) || value == true || value == false
      raise Error, 'a text with a zero byte' if value.include?("\0")

      "'#{value.gsub("'", "''")}'"
    end

    # Over standard input: an argument could be read by every process of the node.
    def run(script)
      command = [@psql, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-']
      output, errors, status = Open3.capture3(@environment, *command, stdin_data: script)
      raise Error, errors.lines.first.to_s.strip unless status.success?

      output
    end
  end
end
