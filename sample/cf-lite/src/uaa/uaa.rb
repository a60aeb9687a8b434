require 'cf_lite'
require 'cf_lite/database'
require_relative 'accounts'
require_relative 'token_service'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
accounts = Accounts.new(CfLite::Database.new(settings['database']))
tokens = TokenService.new(accounts, clients: settings['clients'], jwt: settings['jwt'],
                                    issuer: "#{settings['url']}/oauth/token")

routes = CfLite::HttpRoutes.new
routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }
routes.on('GET', '/login') do
  CfLite::HttpRoutes.json(app: { name: 'cf-lite uaa', version: '1' }, links: { uaa: settings['url'] },
                          prompts: { username: %w[text Email], password: %w[password Password] })
end
routes.on('POST', '/oauth/token') { |request| tokens.token(request) }
routes.on('GET', '/token_key') { |request| tokens.key(request) }

CfLite::Service.run do
  CfLite::Service.wait_for('the database') { accounts.fill(settings['users']) || true }
  CfLite::HttpServer.on_port('0.0.0.0', settings['port'], &routes).start
  CfLite::Component.new(nats, type: 'uaa', index: settings['index'], address: settings['address']).start
  CfLite::RouteRegistration.new(nats, address: settings['address']).start
                           .add('uaa', settings['port'], [settings['host']])
  nats.start
end
