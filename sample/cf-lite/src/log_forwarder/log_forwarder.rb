require 'cf_lite'
require 'cf_lite/etcd'
require_relative 'log_files'
require_relative 'log_servers'

# Application log lines of a node on their way to the log servers, and, when `syslog` names somebody, what the node's
# jobs write into their own logs. One service for two jobs: the traffic controller and metron's agent.
settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
servers = LogServers.new(settings['servers'])
passed_on = 0
# A socket that listens on the loopback address alone cannot send to another machine.
sender = UDPSocket.new

pass_on = lambda do |socket|
  datagram, = socket.recvfrom(65_536)
  server = servers.next or next
  sender.send(datagram, 0, server, settings['server_port'])
  passed_on += 1
rescue SystemCallError, SocketError => error
  CfLite.log "a log line: #{error.message}"
end

CfLite::Service.run do
  socket = UDPSocket.new
  socket.bind(settings['listen'], settings['port'])
  CfLite::Component.new(nats, type: settings['type'], index: settings['index'], address: settings['address']) do
    { passed_on: passed_on, servers: servers.count }
  end.start
  nats.start
  if settings['etcd_machines']
    etcd = CfLite::Etcd.new(settings['etcd_machines'])
    CfLite.every(5, 'log servers') { servers.replace(etcd.values_below('/healthstatus/loggregator')) }
  end
  if settings['syslog']
    files = LogFiles.new('/var/vcap/sys/log/*/*.log', *settings['syslog'])
    CfLite.every(1, 'syslog') { files.send_news }
  end
  Thread.new { loop { pass_on.call(socket) } }
end
