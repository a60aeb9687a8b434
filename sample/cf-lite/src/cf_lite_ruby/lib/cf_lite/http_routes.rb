module CfLite
  # Finds the handler of a request: a verb and a path in which `:name` stands for one segment.
  class HttpRoutes
    def initialize
      @routes = []
    end

    # The block takes the request and the path's named segments, and answers what `json` or `text` make.
    def on(verb, pattern, &block)
      @routes << [verb, /\A#{pattern.gsub(/:(\w+)/, '(?<\1>[^/]+)')}\z/, block]
    end

    def call(request)
      @routes.each do |verb, pattern, block|
        next unless verb == request.verb || (verb == 'GET' && request.verb == 'HEAD')

        found = pattern.match(request.path)
        return block.call(request, **found.named_captures.transform_keys(&:to_sym)) if found
      end
      raise HttpServer::Refusal.new(404, "no such page: #{request.verb} #{request.path}")
    end

    def to_proc
      method(:call).to_proc
    end

    def self.json(object, status = 200)
      [status, { 'Content-Type' => 'application/json;charset=utf-8' }, "#{JSON.generate(object)}\n"]
    end

    def self.text(text, status = 200, type = 'text/plain')
      [status, { 'Content-Type' => "#{type};charset=utf-8" }, text]
    end

    # Lets only the holder of the credentials through.
    def self.require_credentials(request, user, password)
      return if request.credentials == [user, password]

      raise HttpServer::Refusal.new(401, 'who are you?', 'WWW-Authenticate' => 'Basic realm="cf-lite"')
    end
  end
end
