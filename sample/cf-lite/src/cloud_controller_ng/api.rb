require 'cf_lite/token'

# The part of the cloud controller's REST interface that the sample serves.
class Api
  NAME = /\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z/i

  def initialize(settings, apps:, bits:, starter:)
    @settings = settings
    @apps = apps
    @bits = bits
    @starter = starter
  end

  def routes
    CfLite::HttpRoutes.new.tap do |routes|
      public_routes(routes)
      app_routes(routes)
      neighbour_routes(routes)
    end
  end

  private

  def public_routes(routes)
    routes.on('GET', '/healthz') { CfLite::HttpRoutes.text("ok\n") }
    routes.on('GET', '/v2/info') { CfLite::HttpRoutes.json(@settings['info']) }
  end

  def app_routes(routes)
    routes.on('GET', '/v2/apps') { |request| user(request) && list }
    routes.on('POST', '/v2/apps') { |request| create(request.json, user(request)) }
    routes.on('GET', '/v2/apps/:guid') { |request, guid:| user(request) && shown(known(guid)) }
    routes.on('PUT', '/v2/apps/:guid') { |request, guid:| user(request) && change(known(guid), request.json) }
    routes.on('DELETE', '/v2/apps/:guid') { |request, guid:| user(request) && delete(known(guid)) }
    routes.on('PUT', '/v2/apps/:guid/bits') { |request, guid:| user(request) && upload(known(guid), request.body) }
  end

  # For the health manager and for the machines that run applications.
  def neighbour_routes(routes)
    routes.on('GET', '/bulk/apps') do |request|
      CfLite::HttpRoutes.require_credentials(request, *@settings.values_at('bulk_user', 'bulk_password'))
      CfLite::HttpRoutes.json(results: @apps.all.to_h { |app| [app['guid'], app.slice('name', 'instances', 'state')] })
    end
    routes.on('GET', '/staging/apps/:guid/bits') do |request, guid:|
      CfLite::HttpRoutes.require_credentials(request, *@settings.values_at('staging_user', 'staging_password'))
      [200, { 'Content-Type' => 'application/octet-stream' }, @bits.read(known(guid)['bits_sha1'])]
    end
  end

  # The name of the token's owner.
  def user(request)
    claims = CfLite::Token.verify(request.bearer_token, @settings['verification_key'])
    allowed = claims['scope'].to_a & %w[cloud_controller.admin cloud_controller.write]
    refuse(403, 10_003, 'You are not authorized to perform the requested action') if allowed.empty?
    claims['user_name'] || claims['client_id']
  rescue CfLite::Token::Invalid
    refuse(401, 1000, 'Invalid Auth Token')
  end

  def known(guid)
    @apps.find(guid) || refuse(404, 100_004, "The app could not be found: #{guid}")
  end

  def list
    apps = @apps.all.map { |app| resource(app) }
    CfLite::HttpRoutes.json(total_results: apps.size, total_pages: 1, prev_url: nil, next_url: nil, resources: apps)
  end

  def shown(app, status = 200)
    CfLite::HttpRoutes.json(resource(app), status)
  end

  def create(wanted, creator)
    name = wanted['name'].to_s
    refuse(400, 100_001, "The app name is invalid: #{name}") unless NAME.match?(name)
    app = @apps.create(name: name, creator: creator, instances: instances(wanted, 1), bits_sha1: default_bits)
    refuse(400, 100_002, "The app name is taken: #{name}") unless app
    @starter.start(app)
    shown(app, 201)
  end

  def change(app, wanted)
    state = wanted.fetch('state', app['state'])
    refuse(400, 100_001, "The app state is invalid: #{state}") unless %w[STARTED STOPPED].include?(state)
    changed = @apps.scale(app['guid'], instances: instances(wanted, app['instances']), state: state)
    before, after = [app, changed].map { |version| version['state'] == 'STARTED' ? version['instances'] : 0 }
    @starter.stop(app['guid'], from_index: after) if after < before
    @starter.start(changed, (before...after).to_a)
    shown(changed, 201)
  end

  def upload(app, content)
    app = @apps.use_bits(app['guid'], @bits.write(content))
    @starter.stop(app['guid'])
    @starter.start(app) if app['state'] == 'STARTED'
    shown(app, 201)
  end

  def delete(app)
    @apps.delete(app['guid'])
    @starter.stop(app['guid'])
    [204, {}, '']
  end

  def instances(wanted, default)
    count = wanted.fetch('instances', default)
    return count if count.is_a?(Integer) && count.between?(0, 20)

    refuse(400, 100_001, 'instances is a number from 0 to 20')
  end

  # An app without bits of its own serves a page that says who it is.
  def default_bits
    @default_bits ||= @bits.write(File.binread(File.join(__dir__, 'default_app.rb')))
  end

  def resource(app)
    { metadata: { guid: app['guid'], url: "/v2/apps/#{app['guid']}", created_at: app['created_at'] },
      entity: app.slice('name', 'instances', 'state').merge(url: "#{app['name']}.#{@settings['app_domain']}",
                                                            creator: app['creator']) }
  end

  def refuse(status, code, text)
    raise CfLite::HttpServer::Refusal.new(status, JSON.generate(code: code, description: text),
                                          'Content-Type' => 'application/json;charset=utf-8')
  end
end
