require 'cf_lite'
require 'securerandom'
require_relative 'proxy'
require_relative 'route_table'

settings = CfLite.settings
table = RouteTable.new
proxy = Proxy.new(table, patience: settings['request_timeout_in_seconds'])
nats = CfLite::Nats.new(settings['nats'])
greeting = { id: SecureRandom.uuid, hosts: [settings['address']], minimumRegisterIntervalInSeconds: 5 }

def serve_status(status, table, proxy)
  routes = CfLite::HttpRoutes.new
  routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }
  routes.on('GET', '/routes') { CfLite::HttpRoutes.json(table.to_h) }
  routes.on('GET', '/varz') { CfLite::HttpRoutes.json(proxy.counts.merge(hosts: table.to_h.size)) }
  CfLite::HttpServer.on_port('0.0.0.0', status['port']) do |request|
    CfLite::HttpRoutes.require_credentials(request, status['user'], status['password']) if status['user']
    routes.call(request)
  end.start
end

# Whoever answers for a name is asked for it on the bus; until then a router would answer 404 to everybody.
ROUTES_SECONDS = 1
# A haproxy in front has seen that the port is open before another router may leave.
SEEN_SECONDS = 1

CfLite::Service.run do
  listener = Socket.new(:INET, :STREAM)
  listener.setsockopt(:SOCKET, :REUSEADDR, true)
  listener.bind(Addrinfo.tcp('0.0.0.0', settings['port']))
  CfLite::Service.become('vcap')
  nats.subscribe('router.register') { |message| table.register(message) }
  nats.subscribe('router.unregister') { |message| table.unregister(message) }
  nats.subscribe('router.greet') { |_, reply| nats.publish(reply, greeting) if reply }
  nats.on_connect { nats.publish('router.start', greeting) }
  CfLite::Component.new(nats, type: 'Router', index: settings['index'], address: settings['address']) do
    proxy.counts.merge(hosts: table.to_h.size)
  end.start
  nats.start
  serve_status(settings['status'], table, proxy)
  CfLite.every(10, 'pruning') { table.prune }
  CfLite::Service.wait_for('the bus') { nats.connected? }
  sleep ROUTES_SECONDS
  listener.listen(Socket::SOMAXCONN)
  CfLite::Service.before_stop { proxy.finish(listener) }
  Thread.new { proxy.take_from(listener) }
  sleep SEEN_SECONDS
end
