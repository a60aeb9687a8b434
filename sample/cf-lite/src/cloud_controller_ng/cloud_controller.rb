require 'cf_lite'
require 'cf_lite/database'
require_relative 'api'
require_relative 'app_starter'
require_relative 'apps'
require_relative 'bits'
require_relative 'dea_pool'
require_relative 'schema'

settings = CfLite.settings
database = CfLite::Database.new(settings['database'])
schema = Schema.new(database)
apps = Apps.new(database)
bits = Bits.open(settings['bits'])
nats = CfLite::Nats.new(settings['nats'])
starter = AppStarter.new(nats, apps, DeaPool.new, settings)

CfLite::Service.run do
  CfLite::Service.wait_for('the file store') { bits.write("cloud_controller_ng #{settings['index']} was here\n") }
  CfLite::Service.wait_for('the database') { schema.migrate || true } if settings['index'].to_i.zero?
  CfLite::Service.wait_for('the migrations of the first instance') { schema.complete? }

  api = Api.new(settings, apps: apps, bits: bits, starter: starter)
  CfLite::HttpServer.on_path(settings['socket'], &api.routes).start
  starter.listen
  CfLite::Component.new(nats, type: 'CloudController', index: settings['index'], address: settings['address']).start
  CfLite::RouteRegistration.new(nats, address: settings['address']).start
                           .add('api', settings['external_port'], [settings['host']])
  nats.start
end
