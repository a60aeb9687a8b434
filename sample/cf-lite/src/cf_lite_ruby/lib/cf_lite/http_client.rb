require 'net/http'
require 'openssl'

module CfLite
  # One HTTP request with short time-outs.
  module HttpClient
    VERBS = {
      get: Net::HTTP::Get, post: Net::HTTP::Post, put: Net::HTTP::Put, delete: Net::HTTP::Delete
    }.freeze

    # Answers Net::HTTPResponse whatever its status; raises when there is none. `verify: false` takes any certificate.
    def self.request(verb, url, body: nil, headers: {}, basic: nil, verify: true)
      uri = URI(url)
      request = VERBS.fetch(verb).new(uri, headers)
      request.basic_auth(*basic) if basic
      request.body = body if body
      options = { use_ssl: uri.scheme == 'https', open_timeout: 3, read_timeout: 10 }
      options[:verify_mode] = OpenSSL::SSL::VERIFY_NONE unless verify
      Net::HTTP.start(uri.host, uri.port, nil, **options) { |http| http.request(request) }
    end

    # The parsed body of a 2xx answer.
    def self.json(verb, url, **options)
      answer = request(verb, url, **options)
      return JSON.parse(answer.body) if answer.is_a?(Net::HTTPSuccess)

      raise "#{verb.upcase} #{url} answered #{answer.code}"
    end
  end
end
