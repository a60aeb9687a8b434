require 'cf_lite'
require 'securerandom'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
components = {}
lock = Mutex.new

keep = ->(message, _reply = nil) { lock.synchronize { components[message['uuid']] = message } }
inbox = "_INBOX.#{SecureRandom.hex(11)}"

measure = lambda do |component|
  varz = CfLite::HttpClient.json(:get, "http://#{component['host']}/varz", basic: component['credentials'])
  figures = varz.select { |_, value| value.is_a?(Numeric) }.map { |name, value| "#{name}=#{value}" }
  CfLite.log "#{settings['deployment']} #{component['type']}/#{component['index']} #{figures.join(' ')}"
rescue SystemCallError, IOError, Timeout::Error, RuntimeError => error
  CfLite.log "#{component['type']}/#{component['index']} at #{component['host']} does not answer: #{error.message}"
  lock.synchronize { components.delete(component['uuid']) }
end

CfLite::Service.run do
  nats.subscribe('vcap.component.announce', &keep)
  nats.subscribe(inbox, &keep)
  nats.on_connect { nats.publish('vcap.component.discover', {}, inbox) }
  CfLite::Component.new(nats, type: 'collector', index: settings['index'], address: settings['address']) do
    { components: components.size }
  end.start
  nats.start
  CfLite.every(settings['discover_seconds'], 'discovery') { nats.publish('vcap.component.discover', {}, inbox) }
  CfLite.every(settings['varz_seconds'], 'figures') { lock.synchronize { components.values }.each(&measure) }
end
