require 'cf_lite'
require 'fileutils'
require 'ipaddr'
require 'securerandom'

# Keeps files for the cloud controllers, on NFS's own port: what an NFS export does for real clusters, for nodes whose
# kernel knows no NFS.
settings = CfLite.settings
allowed = settings['networks'].map { |network| IPAddr.new(network) }
path_of = lambda do |folder, name|
  plain = [folder, name].all? { |part| part.match?(/\A\w[\w.-]*\z/) }
  raise CfLite::HttpServer::Refusal.new(400, 'no such name') unless plain

  File.join(settings['root'], folder, name)
end

routes = CfLite::HttpRoutes.new
routes.on('PUT', '/files/:folder/:name') do |request, folder:, name:|
  path = path_of.call(folder, name)
  FileUtils.mkdir_p(File.dirname(path))
  temporary = "#{path}.#{SecureRandom.hex(4)}.new"
  File.binwrite(temporary, request.body)
  File.rename(temporary, path)
  [204, {}, '']
end
routes.on('GET', '/files/:folder/:name') do |_, folder:, name:|
  path = path_of.call(folder, name)
  raise CfLite::HttpServer::Refusal.new(404, 'no such file') unless File.file?(path)

  [200, { 'Content-Type' => 'application/octet-stream' }, File.binread(path)]
end
routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }

CfLite::Service.run do
  CfLite::HttpServer.on_port('0.0.0.0', settings['port']) do |request|
    client = IPAddr.new(request.remote_address)
    inside = allowed.empty? || client.loopback? || allowed.any? { |network| network.include?(client) }
    raise CfLite::HttpServer::Refusal.new(403, 'only the cloud controllers keep files here') unless inside

    routes.call(request)
  end.start
end
