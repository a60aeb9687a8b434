require 'openssl'

module CfLite
  # Bearer tokens: JSON web tokens signed with RSA and SHA-256.
  module Token
    HEADER = { alg: 'RS256', typ: 'JWT' }.freeze

    class Invalid < StandardError; end

    def self.sign(claims, private_key)
      signed = [HEADER, claims].map { |part| encode(JSON.generate(part)) }.join('.')
      "#{signed}.#{encode(OpenSSL::PKey.read(private_key).sign('SHA256', signed))}"
    end

    # The claims; raises Invalid for anything but a token of the key's owner that has not run out.
    def self.verify(token, public_key, now: Time.now)
      header, claims, signature, rest = token.to_s.split('.', 4)
      raise Invalid, 'not a token' unless signature && rest.nil?

      algorithm = JSON.parse(decode(header))['alg']
      key = OpenSSL::PKey.read(public_key)
      right = algorithm == 'RS256' && key.verify('SHA256', decode(signature), "#{header}.#{claims}")
      raise Invalid, 'wrong signature' unless right

      claims = JSON.parse(decode(claims))
      raise Invalid, 'the token has run out' if claims.fetch('exp') <= now.to_i

      claims
    rescue JSON::ParserError, ArgumentError, KeyError, OpenSSL::PKey::PKeyError => error
      raise Invalid, error.message
    end

    def self.encode(bytes)
      [bytes].pack('m0').tr('+/', '-_').delete('=')
    end

    def self.decode(text)
      padded = text.tr('-_', '+/')
      "#{padded}#{'=' * (-padded.size % 4)}".unpack1('m0')
    end
  end
end
