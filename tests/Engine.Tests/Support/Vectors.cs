namespace Scalelab.Engine.Tests.Support;

/// <summary>
/// Ciphertexts of the CLI's passphrase manager, made with another implementation of PBKDF2 and AES-GCM, so that both directions are not
/// merely wrong in the same way.
/// </summary>
internal static class Vectors
{
    /// <summary>A salt that the CLI made itself, of its own tests (pkg/secrets/passphrase), with the passphrase <c>password</c>.</summary>
    public const string CliSalt = "v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==";

    public const string Passphrase = "correct horse";
    public const string Salt = "v1:AQIDBAUGBwg=:v1:AQEBAQEBAQEBAQEB:E386FCC/nLtFQ4c0goKZVfriLlkMPw==";

    /// <summary>The JSON text <c>"s3cr3t"</c>.</summary>
    public const string Text = "v1:AgICAgICAgICAgIC:v5Fw2F9ZZ/7ynN4wOleGuYLk5m/d8VLO";

    /// <summary>The JSON object <c>{"user":"ada","pin":1234}</c>.</summary>
    public const string Object = "v1:AwMDAwMDAwMDAwMD:SnGmuDVt1YDyDm2/coGkrXUcc3JNgipc0RBWiMbssorc193y75LtmzA=";

    /// <summary>The words <c>hunter22</c>, as a configuration value.</summary>
    public const string Config = "v1:BAQEBAQEBAQEBAQE:lvEpz4zgXcqnv+pIQ3kxgVPDhGRxGslL";

    /// <summary>An object whose member <c>deep</c> is a secret again, <c>"inner"</c>.</summary>
    public const string Nested =
        "v1:BQUFBQUFBQUFBQUF:LcVl8ldaAO8ZsgmrS+PAkzinqMpiwn6zHYWu6ugUQZAST1/zQ2lMafDTFUuYy8iTN/PE7aXWUIH0Ebw796gysNNvLXUu81pJETFIDU9R9Jm4kEr60uVPVaq+QWc57hUCNkMiFqYBDz30Yl5MN94tbNVHFaXXsvvVcw==";
}
