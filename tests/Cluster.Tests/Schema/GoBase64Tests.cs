using System.Text;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Schema;

public sealed class GoBase64Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("YQ==", "a")]
    [InlineData("YR==", "a")]
    [InlineData("YW\nJ\rj", "abc")]
    [InlineData("YWI=\n", "ab")]
    public void Decode_OfBase64_GivesTheBytes(string text, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(GoBase64.Decode(text)));

    [Theory]
    [InlineData("%%", 0)]
    [InlineData("YQ", 0)]
    [InlineData("YWJjZ", 4)]
    [InlineData("Y===", 1)]
    [InlineData("YQ=", 3)]
    [InlineData("YQ=x", 2)]
    [InlineData("YQ==x", 4)]
    [InlineData("YW Jj", 2)]
    public void Decode_OfAnythingElse_NamesTheByte(string text, int position) =>
        Assert.Equal($"illegal base64 data at input byte {position}", Assert.Throws<DecodeException>(() => GoBase64.Decode(text)).Message);
}
