require 'cf_lite'
require 'cf_lite/etcd'
require_relative 'health_report'
require_relative 'heartbeats'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
etcd = CfLite::Etcd.new(settings['etcd_machines'])
heartbeats = Heartbeats.new
name = "hm9000-#{settings['index']}"
report = HealthReport.new({}, {})
missing = []

# Several health managers watch, one at a time acts: the one that holds a key that runs out.
acting = lambda do
  etcd.put('/hm/leader', name, ttl: 20, prevExist: false) || etcd.put('/hm/leader', name, ttl: 20, prevValue: name)
end

wanted_apps = lambda do
  options = { verify: !settings['skip_cert_verify'], basic: settings.values_at('bulk_user', 'bulk_password') }
  CfLite::HttpClient.json(:get, "#{settings['cc_uri']}/bulk/apps", **options).fetch('results')
end

look = lambda do
  next unless heartbeats.settled? && acting.call

  report = HealthReport.new(wanted_apps.call, heartbeats.fresh)
  etcd.put('/hm/report', JSON.generate(report.to_h.merge(by: name, at: Time.now.utc.to_s)))
  # Missing once may mean that it is on its way.
  (report.missing & missing).each { |guid, index| nats.publish('hm9000.start', droplet: guid, index: index) }
  missing = report.missing
  report.extra.each { |dea, guid, index| nats.publish('dea.stop', dea: dea, droplet: guid, index: index) }
  CfLite.log "missing #{missing}, extra #{report.extra}" unless (missing + report.extra).empty?
end

CfLite::Service.run do
  nats.subscribe('dea.heartbeat') { |message| heartbeats.take(message) }
  CfLite::Component.new(nats, type: 'HM9000', index: settings['index'], address: settings['address']) do
    report.to_h
  end.start
  nats.start
  CfLite.every(10, 'health', &look)
end
