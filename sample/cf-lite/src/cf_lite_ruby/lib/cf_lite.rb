# What the small services of cf-lite share. Plain Ruby: nodes have the language and its standard library, no gems.
require 'json'
require 'yaml'

module CfLite
  # The service's configuration: the YAML file named as the first argument.
  def self.settings
    @settings ||= YAML.safe_load(File.read(ARGV.fetch(0)))
  end

  # Standard output goes to the job's log and on to the syslog aggregator.
  def self.log(text)
    $stdout.puts "#{Time.now.utc.strftime('%FT%T.%LZ')} #{text}"
  end

  # Repeats the block in a thread of its own; one failing round never ends the others.
  def self.every(seconds, what)
    Thread.new do
      loop do
        begin
          yield
        rescue StandardError => error
          log "#{what}: #{error.class}: #{error.message}"
        end
        sleep seconds
      end
    end
  end
end

require 'cf_lite/service'
require 'cf_lite/http_server'
require 'cf_lite/http_routes'
require 'cf_lite/http_client'
require 'cf_lite/nats'
require 'cf_lite/component'
require 'cf_lite/route_registration'
