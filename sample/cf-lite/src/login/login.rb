require 'cf_lite'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])

# Whoever signs in here is known to uaa only.
ask_uaa = lambda do |verb, path, **options|
  CfLite::HttpClient.request(verb, settings['uaa_base'] + path, verify: false, **options)
rescue SystemCallError, SocketError, IOError, Timeout::Error => error
  raise CfLite::HttpServer::Refusal.new(502, "uaa does not answer: #{error.message}")
end
pass_on = ->(answer) { [answer.code.to_i, { 'Content-Type' => answer['content-type'] }, answer.body.to_s] }

routes = CfLite::HttpRoutes.new
routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }
routes.on('GET', '/login') { pass_on.call(ask_uaa.call(:get, '/login')) }
routes.on('POST', '/oauth/token') do |request|
  headers = { 'Authorization' => request.headers['authorization'], 'Content-Type' => request.headers['content-type'] }
  pass_on.call(ask_uaa.call(:post, '/oauth/token', body: request.body, headers: headers.compact))
end
routes.on('GET', '/') do
  links = settings['links'].map { |name, url| "<li><a href=\"#{url}\">#{name}</a></li>" }.join
  CfLite::HttpRoutes.text("<!doctype html><title>Login</title><h1>Login</h1><ul>#{links}</ul>\n", 200, 'text/html')
end

CfLite::Service.run do
  CfLite::HttpServer.on_port('0.0.0.0', settings['port'], &routes).start
  CfLite::Component.new(nats, type: 'login', index: settings['index'], address: settings['address']).start
  CfLite::RouteRegistration.new(nats, address: settings['address']).start
                           .add('login', settings['port'], [settings['host']])
  nats.start
end
