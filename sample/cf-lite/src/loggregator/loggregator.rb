require 'cf_lite'
require 'cf_lite/etcd'
require 'cf_lite/log_sender'
require_relative 'recent_lines'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
etcd = CfLite::Etcd.new(settings['etcd_machines'])
lines = RecentLines.new(settings['retained'])

listen = lambda do |port|
  socket = UDPSocket.new
  socket.bind('0.0.0.0', port)
  Thread.new do
    loop do
      signature, line = socket.recv(65_536).split(' ', 2)
      right = CfLite::LogSender.signature(line.to_s, settings['secret'])
      lines.add(JSON.parse(line)) if OpenSSL.secure_compare(signature.to_s, right)
    rescue JSON::ParserError, KeyError => error
      CfLite.log "a log line: #{error.message}"
    end
  end
end

# Whoever may see the application may see its lines; the cloud controller knows.
allowed = lambda do |request, app|
  options = { headers: { 'Authorization' => request.headers['authorization'].to_s },
              verify: !settings['skip_cert_verify'] }
  CfLite::HttpClient.request(:get, "#{settings['cc_uri']}/v2/apps/#{app}", **options).code == '200'
rescue SystemCallError, SocketError, IOError, Timeout::Error => error
  raise CfLite::HttpServer::Refusal.new(502, "the cloud controller does not answer: #{error.message}")
end

routes = CfLite::HttpRoutes.new
routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }
routes.on('GET', '/apps/:app/recentlogs') do |request, app:|
  raise CfLite::HttpServer::Refusal.new(401, 'you may not see this application') unless allowed.call(request, app)

  CfLite::HttpRoutes.json(lines.of(app))
end

CfLite::Service.run do
  settings['incoming_ports'].each(&listen)
  port = settings['outgoing_port']
  CfLite::HttpServer.on_port('0.0.0.0', port, &routes).start
  CfLite::Component.new(nats, type: 'LoggregatorServer', index: settings['index'], address: settings['address']) do
    { lines: lines.count }
  end.start
  CfLite::RouteRegistration.new(nats, address: settings['address']).start.add('logs', port, [settings['host']])
  nats.start
  CfLite.every(10, 'etcd') { etcd.put("/healthstatus/loggregator/#{settings['index']}", settings['address'], ttl: 60) }
end
