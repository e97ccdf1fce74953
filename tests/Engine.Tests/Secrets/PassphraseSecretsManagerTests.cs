using Scalelab.Engine.Secrets;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Secrets;

public sealed class PassphraseSecretsManagerTests
{
    [Fact]
    public void Decrypt_OfWhatAnotherImplementationEncrypted_GivesTheText() =>
        Assert.Equal("hunter22", new PassphraseSecretsManager(Vectors.Salt, Given(Vectors.Passphrase)).Decrypt(Vectors.Config));

    [Fact]
    public void Decrypt_UnderASaltThatTheCliMade_TakesItsPassphraseAndNoOther()
    {
        // The proof behind a salt is the word that it encrypts, so the last two parts of one are a ciphertext of their own.
        var proof = string.Join(':', Vectors.CliSalt.Split(':')[2..]);

        Assert.Equal("pulumi", new PassphraseSecretsManager(Vectors.CliSalt, Given("password")).Decrypt(proof));
        Assert.Throws<EngineException>(() => new PassphraseSecretsManager(Vectors.CliSalt, Given("password123")).Decrypt(proof));
    }

    [Fact]
    public void Decrypt_WithAnotherPassphrase_NamesTheVariable()
    {
        var error = Assert.Throws<EngineException>(() => new PassphraseSecretsManager(Vectors.Salt, Given("battery staple")).Decrypt(Vectors.Config));

        Assert.Contains("The passphrase in PULUMI_CONFIG_PASSPHRASE is wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decrypt_WithoutAPassphrase_NamesBothVariables()
    {
        var error = Assert.Throws<EngineException>(() => new PassphraseSecretsManager(Vectors.Salt, new Passphrase(_ => null)).Decrypt(Vectors.Config));

        Assert.Contains("PULUMI_CONFIG_PASSPHRASE", error.Message, StringComparison.Ordinal);
        Assert.Contains("PULUMI_CONFIG_PASSPHRASE_FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decrypt_WithAPassphraseFile_TrimsIt()
    {
        using var folder = new TestFolder();
        var file = folder.File("passphrase", $"{Vectors.Passphrase}\n");

        var manager = new PassphraseSecretsManager(Vectors.Salt, new Passphrase(name => name == "PULUMI_CONFIG_PASSPHRASE_FILE" ? file : null));

        Assert.Equal("hunter22", manager.Decrypt(Vectors.Config));
    }

    [Fact]
    public void Decrypt_OfADamagedText_SaysSo()
    {
        var manager = new PassphraseSecretsManager(Vectors.Salt, Given(Vectors.Passphrase));

        Assert.All(
            ["", "v1", "v2:AgICAgICAgICAgIC:AAAA", "v1:AgICAgICAgICAgIC:AAAA", "v1:AgI=:" + new string('A', 40), Vectors.Config.Replace("lv", "lw", StringComparison.Ordinal)],
            text => Assert.Throws<EngineException>(() => manager.Decrypt(text)));
    }

    [Fact]
    public void Decrypt_WithASaltOfAnotherForm_SaysWhichFormItHas() => Assert.Contains(
        "v1:SALT:v1:NONCE:CIPHERTEXT",
        Assert.Throws<EngineException>(() => new PassphraseSecretsManager("AQID:v1", Given("x")).Decrypt(Vectors.Config)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Create_AndReadItBackBySalt_DecryptsTheSame()
    {
        var manager = PassphraseSecretsManager.Create(Given("new one"));
        var ciphertext = manager.Encrypt("ü x");

        Assert.StartsWith("v1:", manager.Salt, StringComparison.Ordinal);
        Assert.Equal(manager.Salt, manager.State!["salt"]!.GetValue<string>());
        Assert.Equal("ü x", new PassphraseSecretsManager(manager.Salt, Given("new one")).Decrypt(ciphertext));
    }

    private static Passphrase Given(string passphrase) => new(name => name == "PULUMI_CONFIG_PASSPHRASE" ? passphrase : null);
}
