require 'cf_lite'
require 'cf_lite/log_sender'
require_relative 'app_instances'

settings = CfLite.settings
nats = CfLite::Nats.new(settings['nats'])
logs = CfLite::LogSender.new(settings['loggregator'])
registration = CfLite::RouteRegistration.new(nats, address: settings['address'])
id = "#{settings['index']}-#{settings['address']}"

take_line = ->(app, line) { logs.write(app.droplet, "App/#{app.index}", line) }
instances = AppInstances.new(settings['folder'], address: settings['address'], logs: take_line) do |app, answers|
  answers ? registration.add(app.folder, app.port, app.uris, app: app.droplet) : registration.remove(app.folder)
end

heartbeat = lambda do
  droplets = instances.to_a.map { |app| { droplet: app.droplet, index: app.index, state: app.state } }
  nats.publish('dea.heartbeat', dea: id, droplets: droplets)
end

# The cloud controllers give an instance to whoever has the fewest of its application.
advertise = -> { nats.publish('dea.advertise', dea: id, droplets: instances.to_a.map(&:droplet).tally) }

# The routers hear that the routes are gone, and finish what is under way, before the applications end.
LEAVE_SECONDS = 1
# So long a machine that starts waits for the applications it brings back: the next one may be stopped when it is ready. The
# control script ends what is not ready after 30 s, the wait for the bus included.
RETURN_SECONDS = 10

CfLite::Service.run do
  CfLite::Service.before_stop do
    nats.publish('dea.shutdown', dea: id)
    sleep LEAVE_SECONDS
    instances.suspend
  end
  registration.start
  nats.subscribe("dea.#{id}.start") { |wanted| instances.start(wanted) }
  nats.subscribe('dea.locate') { advertise.call }
  nats.on_connect { advertise.call }
  nats.subscribe('dea.stop') do |message|
    next if message['dea'] && message['dea'] != id

    indexes = message['index'] ? [message['index']] : (message.fetch('from_index', 0)..)
    instances.stop(message['droplet'], indexes)
  end
  CfLite::Component.new(nats, type: 'DEA', index: settings['index'], address: settings['address']) do
    { instances: instances.to_a.size, running: instances.to_a.count { |app| app.state == 'RUNNING' } }
  end.start
  instances.bring_back
  nats.start
  CfLite.every(5, 'heartbeat') do
    heartbeat.call
    advertise.call
  end
  CfLite::Service.wait_for('the bus') { nats.connected? }
  deadline = Time.now + RETURN_SECONDS
  sleep 0.1 until instances.settled? || Time.now > deadline
end
