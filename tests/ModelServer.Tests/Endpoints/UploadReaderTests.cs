using Microsoft.AspNetCore.Http;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Pictures;
using Scalelab.ModelServer.Protocols;

namespace Scalelab.ModelServer.Tests.Endpoints;

public sealed class UploadReaderTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(18 * 1024)]
    [InlineData(300 * 1024)]
    public async Task Read_Form_TakesMemoryForWhatWasSent(int bytes)
    {
        var budget = new MemoryBudget(1 << 30);
        var picture = Enumerable.Range(0, bytes).Select(i => (byte)i).ToArray();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "picture.jpg" } };
        var request = new DefaultHttpContext().Request;
        request.ContentType = form.Headers.ContentType!.ToString();
        request.ContentLength = form.Headers.ContentLength;
        request.Body = await form.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        using (var upload = await new UploadReader(new PictureLimits(), new RequestBodies(budget, 1 << 20, TimeProvider.System)).ReadAsync(request, TestContext.Current.CancellationToken))
        {
            Assert.Equal(picture, upload.Picture.ToArray());
            Assert.InRange(budget.Taken, bytes, form.Headers.ContentLength!.Value + 1);
        }

        Assert.Equal(0, budget.Taken);
    }
}
