require 'cf_lite/token'
require 'securerandom'

# Hands out tokens to users (grant `password`) and to programs (grant `client_credentials`).
class TokenService
  LIFETIME = 3600

  # `clients`: name => secret and authorities.
  def initialize(accounts, clients:, jwt:, issuer:)
    @accounts = accounts
    @clients = clients
    @jwt = jwt
    @issuer = issuer
  end

  def token(request)
    client = authenticate(request)
    form = request.form
    case form['grant_type']
    when 'password' then user_token(client, form['username'].to_s, form['password'].to_s)
    when 'client_credentials' then client_token(client)
    else refuse(400, 'unsupported_grant_type', "no such grant: #{form['grant_type']}")
    end
  end

  def key(_request)
    CfLite::HttpRoutes.json(alg: 'SHA256withRSA', value: @jwt['verification_key'])
  end

  private

  def authenticate(request)
    name, secret = request.credentials
    client = @clients[name]
    return name if client && client['secret'].to_s == secret.to_s

    raise CfLite::HttpServer::Refusal.new(401, 'no such client', 'WWW-Authenticate' => 'Basic realm="UAA/client"')
  end

  def user_token(client, user, password)
    scopes = @accounts.scopes_of(user, password)
    return refuse(401, 'unauthorized', 'Bad credentials') unless scopes

    answer(client, scopes, 'user_name' => user, 'sub' => user)
  end

  def client_token(client)
    return refuse(401, 'unauthorized', 'this client speaks for users only') if @clients[client]['secret'].to_s.empty?

    answer(client, @clients[client]['authorities'].to_s.split(','), 'sub' => client)
  end

  def answer(client, scopes, who)
    now = Time.now.to_i
    claims = { 'jti' => SecureRandom.uuid, 'iss' => @issuer, 'client_id' => client, 'cid' => client, 'scope' => scopes,
               'iat' => now, 'exp' => now + LIFETIME }.merge(who)
    token = CfLite::Token.sign(claims, @jwt['signing_key'])
    CfLite::HttpRoutes.json('access_token' => token, 'token_type' => 'bearer', 'expires_in' => LIFETIME,
                            'scope' => scopes.join(' '), 'jti' => claims['jti'])
  end

  def refuse(status, error, text)
    CfLite::HttpRoutes.json({ error: error, error_description: text }, status)
  end
end
