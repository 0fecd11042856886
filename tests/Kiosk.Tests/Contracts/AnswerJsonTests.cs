using System.Text;
using Kiosk.Core.Reception;
using Kiosk.ReceptionTerminal.Events;

namespace Kiosk.Tests.Contracts;

/// <summary>Answers of the site's own system, which this program does not control.</summary>
public sealed class AnswerJsonTests
{
    [Theory]
    [InlineData("""{"department":"内科","queueNumber":"A-12","seeStaff":false}""", "内科", "A-12", false)]
    [InlineData("\uFEFF{\"department\":\" 内科 \"}\n", "内科", "", false)]
    [InlineData("""{"seeStaff":true,"other":{"a":[1,2]},"department":null}""", "", "", true)]
    public void Each_member_may_be_left_out_and_others_are_ignored(string json, string department, string number, bool staff)
    {
        (SiteAnswer? answer, bool isBad) = AnswerJson.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal(new SiteAnswer(department, number, staff), answer);
        Assert.False(isBad);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("{}")]
    [InlineData("""{"seeStaff":false,"department":""}""")]
    [InlineData("""{"ok":true}""")]
    public void Nothing_said_is_no_answer_and_no_fault(string body) =>
        Assert.Equal((null, false), AnswerJson.Parse(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("OK")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("\"内科\"")]
    [InlineData("""{"department":1}""")]
    [InlineData("""{"department":["内科"]}""")]
    [InlineData("""{"queueNumber":12}""")]
    [InlineData("""{"seeStaff":"yes"}""")]
    [InlineData("""{"seeStaff":1}""")]
    [InlineData("{\"department\":\"内科")]
    [InlineData("""{"department":"a\u0000b"}""")]
    [InlineData("""{"department":"\ud800"}""")]
    [InlineData("""{"queueNumber":"1234567890123"}""")]
    [InlineData("""{"department":"内科","department":"外科"}""")]
    [InlineData("""{"a":[[[[[[[[[[[[1]]]]]]]]]]]]}""")]
    public void Anything_else_is_no_answer_and_never_an_exception(string body) =>
        Assert.Equal((null, true), AnswerJson.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void More_than_4_KB_and_bytes_that_are_no_text_are_no_answer()
    {
        byte[] longest = Encoding.UTF8.GetBytes("{\"seeStaff\":true," + new string(' ', 4096) + "\"a\":1}");
        Assert.Equal((null, true), AnswerJson.Parse(longest));
        byte[] noText = [.. "{\"department\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        Assert.Equal((null, true), AnswerJson.Parse(noText));
        Random random = new(22);
        for (int n = 0; n < 2000; n++)
        {
            byte[] good = Encoding.UTF8.GetBytes("""{"department":"内科","queueNumber":"A-12","seeStaff":true}""");
            for (int k = random.Next(1, 4); k > 0; k--) good[random.Next(good.Length)] = (byte)random.Next(256);
            SiteAnswer? answer = AnswerJson.Parse(good).Answer;
            Assert.True(answer is null or { Department.Length: <= 40, QueueNumber.Length: <= 12 });
        }
    }
}
